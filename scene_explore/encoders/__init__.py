"Pixels and words to vectors, each space declared"
