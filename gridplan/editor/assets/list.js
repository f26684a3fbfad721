/* A list of any length of which only the rows in view exist: rows of one height, one of them current, moved by arrow
   keys. */
class LongList {
  constructor({ label, height, draw, act, key }) {
    this.height = height;
    this.drawRow = draw;
    this.act = act;
    this.key = key;
    this.items = [];
    this.current = 0;
    this.number = LongList.made = (LongList.made || 0) + 1;
    this.space = make("div", { class: "gp-space", role: "presentation" });
    this.box = make(
      "div",
      {
        class: "gp-long",
        role: "listbox",
        tabindex: "0",
        "aria-multiselectable": "true",
        data: { label },
        on: { scroll: () => this.draw(), keydown: (event) => this.press(event), click: (event) => this.click(event) },
      },
      this.space,
    );
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  /* By its place on the screen: the rows may have been drawn anew while the button was down. */
  click(event) {
    const place = Math.floor((event.clientY - this.space.getBoundingClientRect().top) / this.height);
    if (place < 0 || place >= this.items.length) { return; }
    this.current = place;
    this.act(this.items[place], event);
    this.draw();
  }

  set(items) {
    const kept = this.items[this.current];
    this.items = items;
    this.current = Math.max(0, items.indexOf(kept));
    this.space.style.height = `${items.length * this.height}px`;
    this.draw();
  }

  draw() {
    const from = Math.max(0, Math.floor(this.box.scrollTop / this.height) - 3),
      to = Math.min(this.items.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / this.height) + 3);
    const rows = [];
    for (let place = from; place < to; place++) {
      const row = this.drawRow(this.items[place]);
      row.id = `gp-row-${this.number}-${place}`;
      row.dataset.place = place;
      row.style.top = `${place * this.height}px`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-setsize", this.items.length);
      row.setAttribute("aria-posinset", place + 1);
      row.classList.toggle("gp-current", place === this.current);
      rows.push(row);
    }
    this.space.replaceChildren(...rows);
    const shown = this.current >= from && this.current < to && this.items.length;
    if (shown) {
      this.box.setAttribute("aria-activedescendant", `gp-row-${this.number}-${this.current}`);
    } else { this.box.removeAttribute("aria-activedescendant"); }
  }

  /* Makes an item current and brings it into view; nothing where it is not in the list. */
  reveal(item) {
    const place = this.items.indexOf(item);
    if (place < 0) { return; }
    this.current = place;
    const top = place * this.height,
      { scrollTop, clientHeight } = this.box;
    if (top < scrollTop) {
      this.box.scrollTop = top;
    } else if (top + this.height > scrollTop + clientHeight) {
      this.box.scrollTop = top + this.height - clientHeight;
    }
    this.draw();
  }

  press(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.height) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps) {
      this.current = Math.min(this.items.length - 1, Math.max(0, this.current + steps[event.key]));
      this.reveal(this.items[this.current]);
    } else if ((event.key === "Enter" || event.key === " ") && this.items.length) {
      this.act(this.items[this.current], { shiftKey: event.key === " ", detail: 0 });
      this.draw();
    } else if (!this.key || !this.key(event, this.items[this.current])) { return; }
    event.preventDefault();
    event.stopPropagation();
  }
}

/* Households on a scale with the range of the grid as a band; the length and the sign tell what the colour tells. */
function rangeBar(row, households, status) {
  const most = Math.max(row.high ? row.high * 1.3 : households, households, 1),
    share = (value) => `${(100 * value) / most}%`;
  const bar = make("span", { class: `gp-bar gp-${status}`, "aria-hidden": "true" }),
    length = make("b");
  if (row.high) {
    const band = make("i");
    band.style.left = share(row.low || 0);
    band.style.width = share(row.high - (row.low || 0));
    bar.append(band);
  }
  length.style.width = share(households);
  bar.append(length);
  return bar;
}
