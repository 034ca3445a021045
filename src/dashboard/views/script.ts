/**
 * The few lines of script of a run's page: they add to the log what the stream brings, follow its end while the reader
 * is there, show its state, and load the page anew when the run is over. Without them the page refreshes itself.
 */
export const SCRIPT = `
const log = document.querySelector("[data-stream]");
if (log) {
  const stream = new EventSource(log.dataset.stream);
  stream.onmessage = ({ data }) => {
    const follows = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    log.append(JSON.parse(data));
    if (follows) log.scrollTop = log.scrollHeight;
  };
  stream.addEventListener("state", ({ data }) => {
    const shown = document.querySelector("[role=status] .state");
    shown.className = "state " + data;
    shown.textContent = data;
  });
  stream.addEventListener("end", () => {
    stream.close();
    location.reload();
  });
  log.scrollTop = log.scrollHeight;
}
`;
