import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsOf, themeColours } from '../src/pages/report.js'

test('a dot is a scene, a cell of a matrix two, in the order drawn', () => {
  const layout = { meta: { order: [7, 3, 5] } }
  const dot = { data: { type: 'scatter' } }
  assert.deepEqual(rowsOf(layout, { ...dot, customdata: 4 }), [4])
  assert.deepEqual(rowsOf({}, { ...dot, customdata: ['2', 'title'] }), [2])
  assert.deepEqual(rowsOf({}, { ...dot, customdata: 0 }), [0])
  assert.deepEqual(rowsOf(layout, dot), [])
  const cell = { data: { type: 'heatmap' } }
  assert.deepEqual(rowsOf(layout, { ...cell, pointIndex: [0, 2] }), [7, 5])
  assert.deepEqual(rowsOf(layout, { ...cell, pointNumber: [1, 1] }), [3])
  assert.deepEqual(rowsOf({}, { ...cell, pointIndex: [0, 2] }), [])
})

test('every axis takes the colours of the theme, in space too', () => {
  const colours = themeColours(['xaxis2', 'scene', 'legend', 'xaxisless'], 'ink', 'line')
  assert.deepEqual(colours, {
    'font.color': 'ink',
    'modebar.bgcolor': 'rgba(0,0,0,0)',
    'modebar.color': '#88929c',
    'xaxis2.gridcolor': 'line',
    'xaxis2.zerolinecolor': 'line',
    'xaxis2.linecolor': 'line',
    'scene.xaxis.gridcolor': 'line',
    'scene.xaxis.color': 'ink',
    'scene.yaxis.gridcolor': 'line',
    'scene.yaxis.color': 'ink',
    'scene.zaxis.gridcolor': 'line',
    'scene.zaxis.color': 'ink',
  })
})
