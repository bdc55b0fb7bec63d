// In a page: the block named `data` holds what is shown.
const root = document.getElementById('reading')
new Reading(root, JSON.parse(document.getElementById('data').textContent))
