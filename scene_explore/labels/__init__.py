"Who names a scene, and how far they agree"
