USING
${graph}
