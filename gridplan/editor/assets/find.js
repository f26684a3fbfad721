/* The field that finds grids and atoms by what they are called. */
class Find {
  constructor(editor) {
    this.editor = editor;
    this.input = make("input", {
      type: "search",
      class: "gp-find",
      autocomplete: "off",
      data: { label: "find.label", place: "find.place" },
      on: {
        input: () => {
          this.found.textContent = "";
        },
        keydown: (event) => {
          if (event.key === "Enter") { this.search(); }
        },
      },
    });
    this.found = make("p", { class: "gp-soft gp-found", role: "status" });
    const go = make(
      "button",
      { type: "button", data: { hint: "find.go", label: "find.go" }, on: { click: () => this.search() } },
      icon("zoom"),
    );
    this.place = [make("div", { class: "gp-findrow" }, this.input, go), this.found];
  }

  /* The grid or atom that some words mean: whole ids, codes and numbers before parts of names. */
  meant(words) {
    const { model } = this.editor,
      bare = (text) =>
        String(text)
          .toLowerCase()
          .replace(/^0+(?=.)/, ""),
      plain = (text) =>
        String(text || "")
          .normalize("NFKC")
          .toLowerCase();
    const atoms = (test) => {
      for (let atom = 0; atom < model.count; atom++) {
        if (test(atom)) { return { atom }; }
      }
      return null;
    };
    const grids = (test) => {
      const slot = model.live.find((each) => test(model.slots[each].row));
      return slot === undefined ? null : { slot };
    };
    const places = (test) => {
      const at = model.places.words.findIndex((each) => test(plain(each)));
      return at < 0 ? null : { atom: model.places.atom[at], place: model.places.words[at] };
    };
    const within = (text) => plain(text).includes(words);
    return (
      atoms((atom) => plain(model.ids[atom]) === words) ||
      grids((row) => plain(row.code) === words) ||
      grids((row) => bare(row.number) === bare(words)) ||
      places((text) => text === words) ||
      grids((row) => within(row.name)) ||
      atoms((atom) => within(model.ids[atom]) || within(model.compound[atom])) ||
      places(within) ||
      grids((row) => within(row.staff)) ||
      grids((row) => within(row.code))
    );
  }

  search() {
    const { editor } = this,
      { model } = editor,
      words = this.input.value.trim().normalize("NFKC").toLowerCase();
    if (!words) { return; }
    const found = this.meant(words);
    if (!found) {
      this.found.textContent = editor.say("find.none");
      return;
    }
    const slot = found.slot === undefined ? model.shown[found.atom] : found.slot,
      grid = model.slots[slot].row.name;
    editor.activate(slot);
    if (found.atom === undefined) {
      editor.zoom(slot);
      this.found.textContent = editor.say("find.grid", { grid });
      return;
    }
    editor.pick([found.atom], false);
    editor.view.go(model.land.bounds([found.atom]));
    const atom = model.ids[found.atom];
    this.found.textContent = found.place
      ? editor.say("find.named", { place: found.place, atom, grid })
      : editor.say("find.atom", { atom, grid });
  }
}
