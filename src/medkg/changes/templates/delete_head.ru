DELETE
${pattern}
