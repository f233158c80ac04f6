// Lets the time left until an opening tick. The page loads again by itself, without this.

const pad = (number) => String(number).padStart(2, "0");
const began = performance.now();

function tick(timer) {
  const left = Math.ceil(timer.dataset.countdown - (performance.now() - began) / 1000);
  const text = timer.querySelector("b");
  if (left > 0) {
    text.textContent = `${pad(Math.floor(left / 60))}:${pad(left % 60)}`;
    setTimeout(tick, 500, timer);
  } else {
    text.textContent = timer.dataset.over;
  }
}

document.querySelectorAll("[data-countdown]").forEach(tick);
