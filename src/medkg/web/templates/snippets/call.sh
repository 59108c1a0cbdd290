curl --silent --show-error --fail --location {{ in_shell }}
