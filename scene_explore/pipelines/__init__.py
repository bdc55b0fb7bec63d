"The jobs and the commands"
