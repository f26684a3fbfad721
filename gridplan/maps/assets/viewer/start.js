/* Starts the page: reads what the tiles hold, makes the map, joins it to the panel. */
"use strict";
Viewer.fail = function (error) {
  var place = document.getElementById("failed");
  delete place.dataset.word;
  place.textContent = Viewer.say("failed", { why: error && error.message ? error.message : String(error) });
  place.hidden = false;
};

Viewer.busy = function (is) { document.getElementById("map").setAttribute("aria-busy", String(is)); };

Viewer.start = function (tiles) {
  var made = Viewer.style(tiles), bounds = Viewer.data.bounds || tiles.bounds, slow = matchMedia("(prefers-reduced-motion: reduce)").matches;
  maplibregl.setWorkerUrl(new URL(Viewer.data.worker, location.href).href);
  var map = new maplibregl.Map({ container: "map", style: made.style, bounds: bounds, fitBoundsOptions: { padding: 30, maxZoom: 17 },
    maxZoom: 21, attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: slow ? 0 : 300 });
  Viewer.map = map;
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }), "bottom-left");
  map.on("error", function (event) { Viewer.fail(event.error); });
  map.on("movestart", function () { Viewer.busy(true); });
  map.on("idle", function () { Viewer.busy(false); });
  Viewer.legend(tiles, made.of, map);
  Viewer.keepLabels(map, made.of);
  var canvas = map.getCanvas();
  canvas.dataset.label = "map";
  map.on("click", function (event) { Viewer.show(map, Viewer.at(map, made.of, event.point)); });
  canvas.addEventListener("keydown", function (event) {
    if (event.key === "Enter") { Viewer.show(map, Viewer.at(map, made.of, map.project(map.getCenter()))); }
  });
  document.getElementById("nearer").addEventListener("click", function () { map.zoomIn({ animate: !slow }); });
  document.getElementById("farther").addEventListener("click", function () { map.zoomOut({ animate: !slow }); });
  document.getElementById("whole").disabled = !bounds;
  document.getElementById("whole").addEventListener("click", function () {
    map.fitBounds(bounds, { padding: 30, maxZoom: 17, animate: !slow });
  });
  document.getElementById("source").textContent = tiles.attribution || "";
  document.getElementById("language").addEventListener("click", function () {
    Viewer.language = Viewer.language === "zh" ? "en" : "zh";
    Viewer.translate();
    if (Viewer.shown) { Viewer.show(map, Viewer.shown); }
  });
  Viewer.translate();
};

if (Viewer.data.empty) {
  document.getElementById("failed").dataset.word = "empty";
  document.getElementById("failed").hidden = false;
}
Viewer.translate();
fetch(Viewer.data.tiles + "?f=tilejson").then(function (answer) {
  return answer.json().then(function (told) {
    if (!answer.ok) { throw new Error(told.detail || answer.statusText); }
    return told;
  });
}).then(Viewer.start).catch(Viewer.fail);
