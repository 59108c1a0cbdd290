${prologue}
INSERT DATA
${quads}
