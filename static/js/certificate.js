// Makes a PNG of the certificate's picture, with the Chinese type of the machine it is seen on.
// Without this script the picture is saved as it is (SVG) or as PDF.

const SCALE = 3;
const box = document.querySelector("[data-png]");
const button = box.querySelector("button");
const shown = box.querySelector("img");
const note = box.querySelector("[role=status]");

async function loaded(url) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return picture;
}

async function png(url) {
  const picture = await loaded(url);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.naturalWidth * SCALE);
  canvas.height = Math.round(picture.naturalHeight * SCALE);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const made = await png(box.dataset.png);
    const link = document.createElement("a");
    link.href = made;
    link.download = box.dataset.name;
    link.click();
    // Browsers inside other apps save nothing: there one presses long on the picture.
    shown.src = made;
    shown.hidden = false;
    note.textContent = box.dataset.done;
  } catch {
    note.textContent = box.dataset.failed;
  }
  button.disabled = false;
});
button.hidden = false;
