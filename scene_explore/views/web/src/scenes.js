// The page of scenes alone, which needs no panel.

import { startScenes } from './pages/scenes.js'

startScenes()
