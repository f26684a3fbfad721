/* How the map is drawn, from the ground up. Where a colour tells something, a pattern, a width or a sign does too. */
const FONTS = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Source Han Sans SC", "Segoe UI", "sans-serif"];
const BOLD = ["Noto Sans CJK SC Bold", ...FONTS];
const INK = "#1b1f24",
  KEY = "#0b57a4",
  OPEN = "#b3261e",
  PROVED = "#6a1b9a";
const NONE = { type: "FeatureCollection", features: [] };

function byZoom(...stops) { return ["interpolate", ["exponential", 1.4], ["zoom"], ...stops]; }

function mapStyle(fills, special) {
  const fill = ["match", ["number", ["feature-state", "c"], ["get", "c"]]];
  fills.forEach((colour, place) => fill.push(place, colour));
  const state = (name) => ["boolean", ["feature-state", name], false];
  const border = { "line-color": INK, "line-width": byZoom(10, 0.35, 13, 1, 15, 2, 18, 3.4) };
  const line = (id, source, paint, more = {}) => ({
    id,
    type: "line",
    source,
    layout: { "line-cap": "round", "line-join": "round" },
    paint,
    ...more,
  });
  /* Each line is kept as it is: simplified on both its sides apart, neighbours would come apart. */
  const small = { type: "geojson", data: NONE, tolerance: 0, buffer: 16, maxzoom: 16 };
  return {
    version: 8,
    sources: {
      atoms: small,
      streets: small,
      borders: small,
      fresh: small,
      communities: small,
      marks: { ...small, buffer: 0 },
      active: small,
      picked: small,
      refused: small,
      trial: small,
      flash: { ...small, buffer: 0 },
      labels: { ...small, buffer: 64 },
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": "#f3f2ee" } },
      {
        id: "atoms",
        type: "fill",
        source: "atoms",
        paint: {
          "fill-antialias": false,
          "fill-color": fill.concat(special),
          "fill-opacity": ["case", state("s"), 1, 0.68],
        },
      },
      line(
        "edges",
        "atoms",
        { "line-color": INK, "line-opacity": 0.16, "line-width": 0.6 },
        { minzoom: 14.5, layout: {} },
      ),
      line(
        "roads",
        "streets",
        { "line-color": "#fff", "line-opacity": 0.9, "line-width": byZoom(11, 0.4, 14, 2.4, 18, 12) },
        { filter: ["==", ["get", "k"], 2] },
      ),
      line(
        "rivers",
        "streets",
        { "line-color": "#5b9bd0", "line-width": byZoom(11, 0.6, 14, 3, 18, 14) },
        { filter: ["==", ["get", "k"], 4] },
      ),
      line(
        "rails",
        "streets",
        { "line-color": "#5a5f66", "line-dasharray": [2, 1.6], "line-width": byZoom(11, 0.5, 14, 2, 18, 4) },
        { filter: ["==", ["get", "k"], 3] },
      ),
      {
        id: "marks",
        type: "fill",
        source: "marks",
        paint: { "fill-antialias": false, "fill-pattern": ["match", ["get", "m"], "proved", "proved", "open"] },
      },
      line("borders", "borders", { ...border, "line-opacity": ["case", state("h"), 0, 1] }),
      line("fresh", "fresh", border),
      line("communities", "communities", {
        "line-color": KEY,
        "line-width": byZoom(10, 1.2, 15, 4, 18, 7),
        "line-opacity": 0.8,
      }),
      line("picked", "picked", { "line-color": "#000", "line-width": 2, "line-dasharray": [1.5, 1.5] }, { layout: {} }),
      {
        id: "picked-fill",
        type: "fill",
        source: "picked",
        paint: { "fill-antialias": false, "fill-pattern": "picked" },
      },
      { id: "trial", type: "fill", source: "trial", paint: { "fill-color": ["get", "c"] } },
      { id: "trial-dots", type: "fill", source: "trial", paint: { "fill-antialias": false, "fill-pattern": "trial" } },
      line(
        "trial-line",
        "trial",
        { "line-color": "#000", "line-width": 2, "line-dasharray": [3, 1.5] },
        { layout: {} },
      ),
      { id: "refused", type: "fill", source: "refused", paint: { "fill-antialias": false, "fill-pattern": "refused" } },
      {
        id: "flash",
        type: "fill",
        source: "flash",
        paint: { "fill-antialias": false, "fill-color": "#ffd400", "fill-opacity": 0.55 },
      },
      line("active-case", "active", { "line-color": "#fff", "line-width": byZoom(10, 4, 15, 8) }),
      line("active", "active", {
        "line-color": ["match", ["get", "r"], 0, "#000", KEY],
        "line-width": byZoom(10, 2.4, 15, 4.6),
      }),
      {
        id: "labels",
        type: "symbol",
        source: "labels",
        // The zoom of a filter is the whole one of the tile: nearly a step behind what is shown.
        filter: [">=", ["zoom"], ["-", ["get", "z"], 0.75]],
        layout: {
          "text-field": [
            "format",
            ["get", "n"],
            { "font-scale": 1.05, "text-font": ["literal", BOLD] },
            ["get", "t"],
            { "font-scale": 0.92, "text-color": ["get", "k"] },
          ],
          "text-font": FONTS,
          "text-size": byZoom(11, 9, 14, 12, 17, 15),
          "text-line-height": 1.1,
          "text-padding": 1,
          "text-max-width": 30,
          "icon-image": ["get", "i"],
          "icon-anchor": "bottom",
          "icon-offset": [0, -15],
          "icon-optional": true,
          "symbol-sort-key": ["get", "o"],
        },
        paint: { "text-color": INK, "text-halo-color": "#fff", "text-halo-width": 1.6 },
      },
    ],
  };
}

/* A tile of slanted lines that fits itself on all sides, for the fill of a pattern. */
function hatch(colour, { size = 12, wide = 2, turned = false } = {}) {
  const canvas = make("canvas", { width: 2 * size, height: 2 * size }),
    pen = canvas.getContext("2d");
  pen.strokeStyle = colour;
  pen.lineWidth = 2 * wide;
  const stroke = (mirrored) => {
    for (let start = -2; start <= 2; start++) {
      pen.beginPath();
      pen.moveTo(start * 2 * size, mirrored ? 2 * size : 0);
      pen.lineTo((start + 1) * 2 * size, mirrored ? 0 : 2 * size);
      pen.stroke();
    }
  };
  stroke(false);
  if (turned) { stroke(true); }
  return pen.getImageData(0, 0, 2 * size, 2 * size);
}

function lockImage() {
  const canvas = make("canvas", { width: 36, height: 36 }),
    pen = canvas.getContext("2d");
  pen.scale(1.5, 1.5);
  pen.lineWidth = 2.4;
  pen.fillStyle = "#fff";
  pen.strokeStyle = INK;
  pen.beginPath();
  pen.arc(12, 9.5, 4, Math.PI, 0);
  pen.stroke();
  pen.fillStyle = INK;
  pen.fillRect(5.5, 9.5, 13, 10);
  pen.fillStyle = "#fff";
  pen.fillRect(11, 12.5, 2, 4);
  return pen.getImageData(0, 0, 36, 36);
}

function addImages(map) {
  map.addImage("open", hatch("rgba(179, 38, 30, .62)", { wide: 1.3 }), { pixelRatio: 2 });
  map.addImage("proved", hatch("rgba(106, 27, 154, .6)", { wide: 0.8, size: 14, turned: true }), { pixelRatio: 2 });
  map.addImage("picked", hatch("rgba(0, 0, 0, .75)", { wide: 1, size: 6 }), { pixelRatio: 2 });
  map.addImage("trial", hatch("rgba(11, 87, 164, .55)", { wide: 1, size: 9 }), { pixelRatio: 2 });
  map.addImage("refused", hatch("rgba(27, 31, 36, .8)", { wide: 1.4, size: 5, turned: true }), { pixelRatio: 2 });
  map.addImage("lock", lockImage(), { pixelRatio: 2 });
}
