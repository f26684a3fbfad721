/* The tab of grids: find, sort and filter, the list with live households, and the card of the active grid. */
class GridsTab {
  constructor(editor) {
    this.editor = editor;
    const options = (name, words) =>
      make(
        "select",
        { data: { label: `grids.${name}` }, on: { change: () => this.refresh() } },
        words.map((word) => make("option", { value: word, data: { word: `${name}.${word}` } })),
      );
    this.sort = options("sort", ["findings", "code", "households", "away"]);
    this.filter = options("filter", ["all", "out", "locked", "special", "chosen"]);
    this.list = new LongList({
      label: "grids.list",
      height: 34,
      draw: (slot) => this.row(slot),
      act: (slot, event) => this.act(slot, event),
      key: (event, slot) => this.key(event, slot),
    });
    this.count = make("span", { class: "gp-count", "aria-live": "polite" });
    this.card = make("section", { class: "gp-card", "aria-live": "off" });
    this.place = make(
      "div",
      { class: "gp-tab" },
      this.card,
      make("div", { class: "gp-controls" }, this.sort, this.filter, this.count),
      this.list.box,
    );
  }

  act(slot, event) {
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      this.editor.toggle(slot);
      return;
    }
    this.editor.activate(slot);
    this.editor.zoom(slot);
  }

  key(event, slot) {
    if (event.key === "F2" && slot !== undefined) {
      this.editor.activate(slot);
      this.editor.actions.rename();
      return true;
    }
    return false;
  }

  refresh() {
    const { model, chosen } = this.editor,
      wanted = this.filter.value;
    const keep = {
      all: () => true,
      out: (slot) => model.statusOf(slot) !== "ok",
      locked: (slot) => model.slots[slot].row.locked,
      special: (slot) => model.slots[slot].row.kind === "special",
      chosen: (slot) => chosen.has(slot),
    }[wanted];
    const rank = { open: 0, proved: 1, ok: 2 },
      code = (slot) => model.slots[slot].row.code;
    const byCode = (one, other) => (code(one) < code(other) ? -1 : code(one) > code(other) ? 1 : 0);
    const away = (slot) =>
      Math.abs(model.householdsOf(slot) - (model.slots[slot].row.target || model.householdsOf(slot)));
    const order = {
      findings: (one, other) => rank[model.statusOf(one)] - rank[model.statusOf(other)] || byCode(one, other),
      code: byCode,
      households: (one, other) => model.householdsOf(other) - model.householdsOf(one) || byCode(one, other),
      away: (one, other) => away(other) - away(one) || byCode(one, other),
    }[this.sort.value];
    const slots = model.live.filter(keep).sort(order);
    this.count.textContent = this.editor.say("grids.count", { count: this.editor.words.number(slots.length) });
    this.list.set(slots);
  }

  row(slot) {
    const { editor } = this,
      { model, words } = editor,
      { row } = model.slots[slot],
      status = model.statusOf(slot),
      households = model.householdsOf(slot);
    const sign = status === "ok" ? "" : ["▼", "●", "▲"][model.sideOf(slot) + 1],
      swatch = make("span", { class: `gp-swatch gp-${status}` });
    swatch.style.backgroundColor = editor.view.fill(slot);
    const facts = { name: row.name, households: words.number(households), status: words.say(`status.${status}`) };
    const lock = row.locked ? icon("lock") : null;
    const made = make(
      "div",
      {
        class: "gp-row",
        title: words.say("grids.row", facts),
        "aria-label": words.say(row.locked ? "grids.row.locked" : "grids.row", facts),
        "aria-selected": String(slot === editor.active || editor.chosen.has(slot)),
      },
      swatch,
      make(
        "span",
        { class: "gp-where" },
        make("span", { class: "gp-number", text: row.kind === "special" ? row.name : row.number }),
        model.communities.code.length > 1 ? make("small", { text: model.communityName(row.community) }) : null,
      ),
      lock || make("span"),
      row.kind === "special"
        ? make("span", { class: "gp-soft", text: words.say("kind.special") })
        : rangeBar(row, households, status),
      make("span", { class: `gp-households gp-${status}`, text: `${words.number(households)} ${sign}`.trim() }),
    );
    made.classList.toggle("gp-active", slot === editor.active);
    made.classList.toggle("gp-chosen", editor.chosen.has(slot));
    return made;
  }

  /* The facts and actions of the active grid. */
  show() {
    const { editor } = this,
      { model, words } = editor,
      slot = editor.active;
    if (slot === null) {
      this.card.replaceChildren(make("p", { class: "gp-hint", text: words.say("card.none") }));
      return;
    }
    const { row } = model.slots[slot],
      status = model.statusOf(slot),
      households = model.householdsOf(slot);
    const range = row.high
      ? words.say("card.range", { low: words.number(row.low), high: words.number(row.high) })
      : words.say("card.unbounded");
    const facts = [
      ["population", words.number(row.population)],
      ["units", words.number(row.units)],
      ["buildings", words.number(row.buildings)],
      [
        "area",
        row.area_m2 ? words.say("card.hectares", { area: words.number(row.area_m2 / 1e4, 2) }) : words.say("unknown"),
      ],
      ["compactness", words.number(row.compactness, 2)],
      ["staff", row.staff || words.say("card.nobody")],
    ];
    const swatch = make("span", { class: `gp-swatch gp-${status}` });
    swatch.style.backgroundColor = editor.view.fill(slot);
    const act = (word, name, off) =>
      make("button", {
        type: "button",
        class: "gp-small",
        text: words.say(word),
        disabled: off || !model.editable,
        on: { click: () => editor.actions[name]() },
      });
    this.card.replaceChildren(
      make(
        "h3",
        {},
        swatch,
        make("span", { text: row.name }),
        row.locked ? icon("lock") : null,
        make(
          "button",
          {
            type: "button",
            class: "gp-plain",
            title: words.say("card.zoom"),
            "aria-label": words.say("card.zoom"),
            on: { click: () => editor.zoom(slot) },
          },
          icon("zoom"),
        ),
      ),
      make(
        "p",
        { class: "gp-big" },
        make("b", { text: words.number(households) }),
        make("span", { text: ` ${words.say("card.households")} · ${range}` }),
        make("span", { class: `gp-tag gp-${status}`, text: words.say(`status.${status}`) }),
      ),
      rangeBar(row, households, status),
      make(
        "details",
        {
          open: this.opened,
          on: {
            toggle: (event) => {
              this.opened = event.target.open;
            },
          },
        },
        make("summary", { text: words.say("card.facts") }),
        make(
          "dl",
          {},
          make("dt", { text: words.say("card.code") }),
          make("dd", { text: row.code }),
          facts.map(([name, value]) => [make("dt", { text: words.say(`card.${name}`) }), make("dd", { text: value })]),
        ),
      ),
      make(
        "div",
        { class: "gp-actions" },
        act(row.locked ? "act.unlock" : "act.lock", "lock"),
        act("act.rename", "rename"),
        act("act.split", "split", row.locked),
        act("act.repair", "repair", row.locked),
        act("act.rebalance", "rebalance", row.locked),
        row.kind === "special" ? act("act.ordinary", "ordinary", row.locked) : null,
        make("button", {
          type: "button",
          class: "gp-small",
          text: words.say("act.explain"),
          on: { click: () => editor.actions.explain() },
        }),
      ),
    );
  }
}
