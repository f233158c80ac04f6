// Computes a prize draw again from what is published; see the page for the algorithm.

const hex = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (text) => new TextEncoder().encode(text);
const sha = (data) => crypto.subtle.digest("SHA-256", data);
const SPAN = 2n ** 64n;

async function drawn(seed, count, wanted) {
  const key = await crypto.subtle.importKey(
    "raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"],
  );
  const tickets = BigInt(count);
  const limit = SPAN - (SPAN % tickets);
  const found = new Set();
  const block = new DataView(new ArrayBuffer(8));
  for (let counter = 0n; found.size < Math.min(wanted, count); counter += 1n) {
    block.setBigUint64(0, counter);
    const made = new DataView(await crypto.subtle.sign("HMAC", key, block.buffer));
    const number = made.getBigUint64(0);
    if (number < limit) found.add(Number(number % tickets) + 1);
  }
  return [...found];
}

// Lines are "number,code": numbers from 1 without a gap, codes ascending.
function inspect(data) {
  const text = new TextDecoder("ascii").decode(data);
  let at = 0;
  let count = 0;
  let last = "";
  let inOrder = text.endsWith("\n");
  while (at < text.length) {
    const end = text.indexOf("\n", at);
    if (end < 0) break;
    count += 1;
    const line = text.slice(at, end);
    const comma = line.indexOf(",");
    const code = line.slice(comma + 1);
    inOrder = inOrder && line.slice(0, comma) === String(count) && code > last;
    last = code;
    at = end + 1;
  }
  return { count, inOrder };
}

async function fetched(url, read) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(String(response.status));
  return response[read]();
}

async function checks(box) {
  const [record, data] = await Promise.all([
    fetched(box.dataset.record, "json"),
    fetched(box.dataset.tickets, "arrayBuffer"),
  ]);
  const { count, inOrder } = inspect(data);
  const parts = ["draw-v1", box.dataset.draw, record.list_hash, record.secret, record.value];
  const seed = await sha(bytes(parts.join("|")));
  const named = [...record.winners, ...record.alternates];
  const found = count ? await drawn(seed, count, named.length) : [];
  return {
    secret: hex(await sha(bytes(record.secret))) === record.secret_hash,
    list: hex(await sha(data)) === record.list_hash,
    count: count === record.ticket_count,
    numbers: inOrder,
    times: !record.value_due_at || record.frozen_at < record.value_due_at,
    winners: found.length === named.length && found.every((number, n) => number === named[n]),
  };
}

const box = document.querySelector("[data-verify]");
if (box && globalThis.crypto?.subtle) {
  const words = box.querySelector("[data-words]").dataset;
  const list = box.querySelector("[data-steps]");
  const button = box.querySelector("[data-run]");
  const say = (text) => {
    const item = document.createElement("li");
    item.textContent = text;
    list.append(item);
  };
  box.querySelector("[data-without]").hidden = true;
  box.querySelector("[data-offer]").hidden = false;
  button.addEventListener("click", async () => {
    list.replaceChildren();
    button.disabled = true;
    button.textContent = words.busy;
    try {
      const found = await checks(box);
      for (const [name, holds] of Object.entries(found)) {
        say(`${words[name]}：${holds ? words.good : words.bad}`);
      }
      say(Object.values(found).every(Boolean) ? words.yes : words.no);
    } catch {
      say(words.failed);
    }
    button.disabled = false;
    button.textContent = words.again;
  });
}
