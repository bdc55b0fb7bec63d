"What bends a space"
