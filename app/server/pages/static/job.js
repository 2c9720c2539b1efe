// Keeps a job's page up to date. Everything here also works by reloading the page.
"use strict";

const QUIET_MS = 10000;

const table = document.getElementById("pages");
const body = table.tBodies[0];
const events = new EventSource(table.dataset.events);
let told = "";
let spoken = -QUIET_MS;
let waiting = 0;

function template(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made;
}

function replace(region, html) {
  const made = template(html);
  if (made.innerHTML.trim() === region.innerHTML.trim()) {
    return;
  }
  const heldFocus = region !== document.activeElement && region.contains(document.activeElement);
  region.replaceChildren(made.content);
  if (heldFocus) {
    // The button that had it is gone: the next Tab goes on from here.
    region.tabIndex = -1;
    region.focus();
  }
}

function speak() {
  clearTimeout(waiting);
  waiting = 0;
  spoken = performance.now();
  document.getElementById("said").textContent = told;
}

// Pages may end every second; nobody wants to hear of each.
function speakInTime() {
  if (!waiting) {
    waiting = setTimeout(speak, Math.max(0, spoken + QUIET_MS - performance.now()));
  }
}

events.addEventListener("page", (event) => {
  const { row, html } = JSON.parse(event.data);
  const shown = document.getElementById(row);
  if (shown) {
    shown.replaceWith(template(html).content);
  } else {
    body.append(template(html).content);
  }
  table.hidden = false;
  document.getElementById("no-pages").hidden = true;
});

events.addEventListener("state", (event) => {
  const { regions, said, title } = JSON.parse(event.data);
  for (const [name, html] of Object.entries(regions)) {
    replace(document.getElementById(name), html);
  }
  document.title = title;
  told = said;
  speakInTime();
});

events.addEventListener("error", () => {
  // Of a connection that is lost the browser makes another one; this one was refused.
  if (events.readyState === EventSource.CLOSED) {
    document.getElementById("stopped").hidden = false;
  }
});

events.addEventListener("end", () => {
  events.close();
  speak();
});
