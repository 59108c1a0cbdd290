${prologue}
DROP GRAPH <urn:medkg:no-such-graph> ;
${text}