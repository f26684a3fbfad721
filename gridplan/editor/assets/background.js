/* The map below the plan: none, until the user chooses one. Nothing is asked of another server before, and its credit
   is shown. */
const KEPT = "gridplan.editor.base";
const TIANDITU = ["0", "1", "2", "3", "4", "5", "6", "7"];

class Background {
  constructor(editor) {
    this.editor = editor;
    this.chosen = { kind: "none", key: "", url: "", credit: "" };
    const kinds = ["none", "osm", "tianditu", "own"];
    this.choices = kinds.map((kind) =>
      make("input", {
        type: "radio",
        name: "gp-base",
        value: kind,
        checked: kind === "none",
        on: { change: () => this.choose(kind) },
      }),
    );
    const field = (name) =>
      make("input", {
        type: "text",
        autocomplete: "off",
        spellcheck: "false",
        data: { label: `base.${name}` },
        on: {
          change: (event) => {
            this.chosen[name] = event.target.value.trim();
            this.apply();
          },
        },
      });
    this.fields = { key: field("key"), url: field("url"), credit: field("credit") };
    this.boxes = {
      tianditu: make(
        "div",
        { hidden: true },
        make("label", {}, make("span", { data: { word: "base.key" } }), this.fields.key),
      ),
      own: make(
        "div",
        { hidden: true },
        make("label", {}, make("span", { data: { word: "base.url" } }), this.fields.url),
        make("label", {}, make("span", { data: { word: "base.credit" } }), this.fields.credit),
      ),
    };
    this.said = make("p", { class: "gp-warn", role: "status", hidden: true });
    this.place = make(
      "div",
      { class: "gp-base", role: "dialog", hidden: true, data: { label: "base.title" } },
      make("h3", { data: { word: "base.title" } }),
      kinds.map((kind, place) => [
        make("label", { class: "gp-choice" }, this.choices[place], make("span", { data: { word: `base.${kind}` } })),
        this.boxes[kind] || null,
      ]),
      make("p", { class: "gp-soft", data: { word: "base.note" } }),
      this.said,
    );
    this.place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.toggle();
        event.stopPropagation();
      }
    });
    document.addEventListener(
      "securitypolicyviolation",
      (this.refused = (event) => {
        if (this.chosen.kind !== "none") {
          this.tell(this.editor.say("base.refused", { host: hostOf(event.blockedURI) }));
        }
      }),
    );
  }

  toggle() {
    this.place.hidden = !this.place.hidden;
    if (!this.place.hidden) { this.choices.find((choice) => choice.checked).focus(); }
  }

  /* What the user chose before in this browser, key and address too; only where the host of the editor lets it be kept.
     */
  recall() {
    if (!this.editor.options.remember) { return; }
    try {
      Object.assign(this.chosen, JSON.parse(localStorage.getItem(KEPT) || "{}"), { kind: "none" });
    } catch {
      /* A browser that keeps nothing. */
    }
    Object.entries(this.fields).forEach(([name, input]) => {
      input.value = this.chosen[name];
    });
  }

  choose(kind) {
    this.chosen.kind = kind;
    Object.entries(this.boxes).forEach(([name, box]) => {
      box.hidden = name !== kind;
    });
    this.apply();
  }

  /* The sources of the chosen map, each with the credit that it asks for; none where a key or address is missing. */
  sources() {
    const { kind, key, url, credit } = this.chosen,
      { words } = this.editor;
    const raster = (tiles, maxzoom) => ({ type: "raster", tiles, tileSize: 256, maxzoom });
    if (kind === "osm") {
      return { credit: "© OpenStreetMap", sources: [raster(["https://tile.openstreetmap.org/{z}/{x}/{y}.png"], 19)] };
    }
    if (kind === "tianditu" && key) {
      const asked = "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles";
      const place = "TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
        tk = encodeURIComponent(key);
      const address = (host, name) =>
        `https://t${host}.tianditu.gov.cn/${name}_w/wmts?${asked}&LAYER=${name}&${place}&tk=${tk}`;
      const layer = (name) =>
        raster(
          TIANDITU.map((host) => address(host, name)),
          18,
        );
      return { credit: words.say("base.tianditu.credit"), sources: [layer("vec"), layer("cva")] };
    }
    if (kind === "own" && /\{z\}/.test(url) && /\{x\}/.test(url) && /\{-?y\}/.test(url)) {
      return {
        credit: credit || hostOf(url),
        sources: [raster([new URL(url, location.href).href.replace(/%7B/g, "{").replace(/%7D/g, "}")], 20)],
      };
    }
    return { credit: "", sources: [] };
  }

  apply() {
    const { map } = this.editor.view,
      { credit, sources } = this.sources();
    ["base-1", "base-0"].forEach((id) => {
      if (map.getLayer(id)) {
        map.removeLayer(id);
        map.removeSource(id);
      }
    });
    sources.forEach((source, place) => {
      map.addSource(`base-${place}`, source);
      map.addLayer({ id: `base-${place}`, type: "raster", source: `base-${place}` }, place ? "marks" : "atoms");
    });
    map.setPaintProperty("atoms", "fill-opacity", [
      "case",
      ["boolean", ["feature-state", "s"], false],
      sources.length ? 0.72 : 1,
      sources.length ? 0.45 : 0.68,
    ]);
    this.said.hidden = true;
    this.editor.bars.credit.textContent = credit;
    if (this.editor.options.remember) {
      try {
        localStorage.setItem(KEPT, JSON.stringify(this.chosen));
      } catch {
        /* A browser that keeps nothing. */
      }
    }
  }

  tell(text) {
    this.said.textContent = text;
    this.said.hidden = false;
  }

  /* Errors of the map: those of a base map are told where it is chosen, others as a problem. */
  failed(event) {
    if (event.sourceId && event.sourceId.startsWith("base-")) {
      this.tell(this.editor.say("base.failed", { why: event.error ? event.error.message : "" }));
    } else {
      this.editor.notes.problem({ title: this.editor.say("failed"), detail: event.error ? event.error.message : "" });
    }
  }

  stop() { document.removeEventListener("securitypolicyviolation", this.refused); }
}

function hostOf(url) {
  try {
    return new URL(url, location.href).host;
  } catch { return url; }
}
