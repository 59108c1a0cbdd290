table <- read.csv({{ address }}, encoding = "UTF-8")
print(table)
