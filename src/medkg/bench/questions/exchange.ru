# Takes ten statements away and puts ten others in their place: whoever sees more, fewer or a mixture saw half a change.
PREFIX : <https://example.org/registry/soak/>
DELETE WHERE { GRAPH :graph { ?item ?property ?value } } ;
INSERT DATA {
  GRAPH :graph {
    :0 :holds NUMBER . :1 :holds NUMBER . :2 :holds NUMBER . :3 :holds NUMBER . :4 :holds NUMBER .
    :5 :holds NUMBER . :6 :holds NUMBER . :7 :holds NUMBER . :8 :holds NUMBER . :9 :holds NUMBER .
  }
}
