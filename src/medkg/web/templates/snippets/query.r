# install.packages({{ '"httr2"' if graph else 'c("httr2", "readr")' }})
library(httr2)

query <- {{ r }}
answer <- request({{ address }}) |>
  req_headers(Accept = "{{ "text/turtle" if graph else "text/csv" }}") |>
  req_body_form(query = query) |>
  req_perform()
{% if graph %}
cat(resp_body_string(answer))
{% else %}
print(readr::read_csv(resp_body_string(answer)))
{% endif %}
