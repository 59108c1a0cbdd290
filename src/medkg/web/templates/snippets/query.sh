curl --silent --show-error --fail {{ in_shell }} \
  --header 'Accept: {{ "text/turtle" if graph else "text/csv" }}' \
  --data-urlencode query@- <<'{{ word }}'
{{ query }}
{{ word }}
