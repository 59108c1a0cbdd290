USING NAMED
${graph}
