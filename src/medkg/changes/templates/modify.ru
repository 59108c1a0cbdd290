${prologue}
${head}
${data_set}
WHERE
${where}
