// Comforts of story, video, roll and printed paper: share, print, jump to a chapter. Pages work without them.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

if (navigator.share) {
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      // Closing the sheet rejects; there is nothing to tell the reader then.
      navigator.share({ title: document.title, url: location.href }).catch(() => {});
    });
  }
}

const film = document.querySelector("video");
for (const link of document.querySelectorAll("[data-seek]")) {
  link.addEventListener("click", (event) => {
    if (!film) return;
    event.preventDefault();
    const [minutes, seconds] = link.dataset.seek.split(":").map(Number);
    film.currentTime = minutes * 60 + seconds;
    film.play();
    film.focus();
  });
}
