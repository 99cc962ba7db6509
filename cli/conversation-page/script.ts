/** What the page does when a turn is clicked or the recording plays. Without it the page is whole, only still. */
export const PAGE_SCRIPT = `
const players = [...document.querySelectorAll("audio")];
const rows = [...document.querySelectorAll("tr[data-turn]")];
const drawing = document.querySelector("svg.conversation");
const playhead = document.querySelector(".playhead");
const status = document.querySelector("[role=status]");
const drawn = new Map([...document.querySelectorAll("g[data-turn]")].map((turn) => [turn.dataset.turn, turn]));
let current;
function mark(row) {
  if (row === current) return;
  if (current) { current.removeAttribute("aria-current"); drawn.get(current.dataset.turn)?.classList.remove("now"); }
  current = row;
  if (row) { row.setAttribute("aria-current", "true"); drawn.get(row.dataset.turn)?.classList.add("now"); }
}
function playFrom(row) {
  const player = players[row.dataset.player];
  if (!player) return;
  for (const other of players) if (other !== player) other.pause();
  player.currentTime = Number(row.dataset.from);
  player.play().catch((error) => { if (status) status.textContent = "The recording cannot be played here: " + error.message; });
}
document.addEventListener("click", (event) => {
  const inDrawing = event.target.closest("g[data-turn]");
  const inTable = event.target.closest("button[data-turn]");
  const turn = (inDrawing || inTable)?.dataset.turn;
  const row = turn && document.getElementById("turn-" + turn);
  if (!row) return;
  mark(row);
  if (inDrawing) row.scrollIntoView({ block: "center" });
  playFrom(row);
});
players.forEach((player, index) => {
  const own = rows.filter((row) => row.dataset.player === String(index));
  player.addEventListener("timeupdate", () => {
    const at = player.currentTime;
    mark(own.findLast((row) => Number(row.dataset.from) <= at + 0.01 && at < Number(row.dataset.to)) ?? own.findLast((row) => Number(row.dataset.from) <= at + 0.01));
    if (playhead && players.length === 1) {
      const x = Number(drawing.dataset.left) + at * Number(drawing.dataset.scale);
      playhead.setAttribute("x1", x); playhead.setAttribute("x2", x); playhead.removeAttribute("hidden");
    }
  });
  player.addEventListener("error", () => { if (status) status.textContent = "This browser cannot decode the recording; the rest of the page does without."; });
});
`;
