"Other people's films and annotations, and our own rendered ones"
