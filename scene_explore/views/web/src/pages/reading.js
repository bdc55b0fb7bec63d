// @ts-nocheck
// In a page: the block named `data` holds the film that was read.

import { readBlock } from '../hosts/mount.js'
import { Reading } from '../panels/reading.js'

export const startReading = () => new Reading(document.getElementById('reading'), readBlock('data'))
