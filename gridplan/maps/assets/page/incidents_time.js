/* The slider through the periods: played only when somebody asks for it; one period a press where motion is not wanted. */
"use strict";

PlanPage.STEP_MS = 1000;

PlanPage.still = function () { return window.matchMedia("(prefers-reduced-motion: reduce)").matches; };

PlanPage.toFrame = function (frame) {
  PlanPage.frame = frame;
  document.getElementById("frame").value = String(frame);
  PlanPage.show();
};

PlanPage.stop = function () {
  clearInterval(PlanPage.playing);
  PlanPage.playing = null;
  PlanPage.namePlay();
};

PlanPage.play = function () {
  var last = PlanPage.data.periods.length, next = function () { return PlanPage.frame < last ? PlanPage.frame + 1 : 1; };
  if (PlanPage.still()) { PlanPage.toFrame(next()); return; }
  if (PlanPage.playing) { PlanPage.stop(); return; }
  PlanPage.toFrame(next());
  PlanPage.playing = setInterval(function () {
    PlanPage.toFrame(next());
    if (PlanPage.frame === last) { PlanPage.stop(); }
  }, PlanPage.STEP_MS);
  PlanPage.namePlay();
};

PlanPage.namePlay = function () {
  var word = PlanPage.still() ? "next" : (PlanPage.playing ? "pause" : "play"), button = document.getElementById("play");
  button.textContent = { play: "▶", pause: "❚❚", next: "▶|" }[word];
  button.setAttribute("aria-label", PlanPage.say("incidents.time." + word));
  button.title = PlanPage.say("incidents.time." + word);
};

PlanPage.listTime = function () {
  var slider = document.getElementById("frame"), name = PlanPage.periodName(PlanPage.frame);
  document.getElementById("time").hidden = !PlanPage.data.periods.length;
  slider.max = String(PlanPage.data.periods.length);
  slider.setAttribute("aria-label", PlanPage.say("incidents.time.label"));
  slider.setAttribute("aria-valuetext", name);
  document.getElementById("frame-name").textContent = name;
  PlanPage.namePlay();
};

PlanPage.listenTime = function () {
  document.getElementById("play").addEventListener("click", PlanPage.play);
  document.getElementById("frame").addEventListener("input", function (event) {
    if (PlanPage.playing) { PlanPage.stop(); }
    PlanPage.toFrame(Number(event.target.value));
  });
};
