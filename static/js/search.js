// Type-ahead for search boxes: an ARIA combobox over the JSON that data-suggest names.
// Without this script the box is a plain form.

const WAIT = 120;

function enhance(input, at) {
  const list = document.createElement("ul");
  list.id = `suggest-${at}`;
  list.className = "suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "联想词");
  list.hidden = true;
  const said = document.createElement("p");
  said.className = "sr";
  said.setAttribute("role", "status");
  input.form.append(list, said);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let timer = 0;
  let asked = null;
  let active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const mark = (to) => {
    const options = [...list.children];
    active = (to + options.length) % options.length;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === active)));
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  };

  const show = (suggestions) => {
    list.replaceChildren(
      ...suggestions.map(({ text, typed, label, url }, n) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${n}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const name = document.createElement("span");
        const characters = [...text];
        const begun = document.createElement("mark");
        begun.textContent = characters.slice(0, typed).join("");
        name.append(...(typed ? [begun] : []), characters.slice(typed).join(""));
        const kind = document.createElement("small");
        kind.textContent = label;
        option.append(name, kind);
        option.addEventListener("pointerdown", (event) => event.preventDefault());
        option.addEventListener("click", () => location.assign(url));
        return option;
      }),
    );
    active = -1;
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = suggestions.length ? `有 ${suggestions.length} 条联想，按上下键选择` : "";
  };

  const ask = async () => {
    asked?.abort();
    const typed = input.value.trim();
    if (!typed || input.composing) {
      said.textContent = "";
      return close();
    }
    asked = new AbortController();
    try {
      const address = `${input.dataset.suggest}?q=${encodeURIComponent(typed)}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      if (document.activeElement === input) show(suggestions);
    } catch {
      // Offline or overtaken by the next key: the form still works.
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  };
  input.addEventListener("compositionstart", () => (input.composing = true));
  input.addEventListener("compositionend", () => {
    input.composing = false;
    later();
  });
  input.addEventListener("input", later);
  input.addEventListener("blur", () => {
    clearTimeout(timer);
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active < 0 ? -1 : active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) list.children[active].click();
    else return;
    event.preventDefault();
  });
}

document.querySelectorAll("input[data-suggest]").forEach(enhance);
