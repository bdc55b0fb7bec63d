// What plotly is told of every picture.

/** Its bar has no button that uploads the chart to a cloud. */
export const PLOT = {
  responsive: true,
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: '',
}
