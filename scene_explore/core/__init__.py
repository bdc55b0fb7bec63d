"The scene table, the store, progress: what everything stands on"
