// Asks the world how it stands, a little more than once a second, and draws it.

import * as peopleList from "/people.js";
import * as phone from "/phone.js";
import * as words from "/words.js";
import * as world from "/world.js";

const trouble = document.getElementById("trouble");
let people = [];
let state;

function draw() {
  if (!state) return;
  phone.draw(state, people, (id, confirm) => post(`/control/confirmations/${id}`, { confirm }));
  world.draw(state, post);
  peopleList.draw(people, phone.shown());
}

async function refresh() {
  try {
    if (people.length === 0) people = await (await fetch("/control/people")).json();
    state = await (await fetch("/control/state")).json();
    trouble.hidden = true;
  } catch {
    trouble.hidden = false;
    return;
  }
  draw();
}

async function post(path, body) {
  await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).catch(() => {});
  await refresh();
}

await words.begin(draw);
phone.begin();
world.begin(post);
peopleList.begin((mobile) => {
  phone.show(mobile);
  draw();
});
await refresh();
setInterval(refresh, 1200);
