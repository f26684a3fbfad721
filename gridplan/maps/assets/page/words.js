/* The data and the words of the page, in the language that is chosen. Every name is set as text, never as markup. */
"use strict";
var PlanPage = { language: "en" };

/* Reads what the page holds: JSON, then the bytes of the shapes, compressed. Gives a promise. */
PlanPage.load = function () {
  var text = atob(document.getElementById("plan-data").textContent.trim()), bytes = new Uint8Array(text.length);
  for (var i = 0; i < text.length; i += 1) { bytes[i] = text.charCodeAt(i); }
  var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer().then(function (whole) {
    var length = new DataView(whole).getUint32(0);
    PlanPage.data = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, length)));
    PlanPage.language = PlanPage.data.language;
    PlanPage.unpack(PlanPage.data.shapes, new Uint8Array(whole, 4 + length));
  });
};

/* Without the means to read what is compressed (browsers of before 2023) the page says so, in both languages. */
PlanPage.run = function (map, begin) {
  PlanPage.map = map;
  if (typeof DecompressionStream === "undefined") {
    document.getElementById("too-old").hidden = false;
    return;
  }
  PlanPage.load().then(function () {
    begin();
    PlanPage.speak();
    // The legend is as wide as its words.
    PlanPage.fitWhole(false);
    requestAnimationFrame(function () { requestAnimationFrame(PlanPage.drawn); });
  });
};

/* The first picture is on the screen. */
PlanPage.drawn = function () {
  performance.mark("gridplan.drawn");
  document.documentElement.dataset.drawn = "yes";
};

PlanPage.say = function (key, facts) {
  var sentence = PlanPage.data.words[PlanPage.language][key];
  return sentence.replace(/\{(\w+)\}/g, function (whole, name) { return String(facts[name]); });
};

PlanPage.count = function (value, digits) {
  if (value === null || value === undefined) { return PlanPage.say("unknown"); }
  var places = digits || 0;
  return value.toLocaleString(PlanPage.language === "zh" ? "zh-CN" : "en-GB",
    { minimumFractionDigits: places, maximumFractionDigits: places });
};

/* The element with a class, a text and children; all of them may be left out. */
PlanPage.make = function (tag, look, text, children) {
  var element = document.createElement(tag);
  if (look) { element.className = look; }
  if (text !== undefined && text !== null) { element.textContent = text; }
  (children || []).forEach(function (child) { element.appendChild(child); });
  return element;
};

PlanPage.translate = function () {
  var facts = PlanPage.data.facts;
  document.documentElement.lang = PlanPage.language === "zh" ? "zh-CN" : "en";
  document.querySelectorAll("[data-word]").forEach(function (element) {
    element.textContent = PlanPage.say(element.dataset.word);
  });
  document.querySelectorAll("[data-label]").forEach(function (element) {
    element.setAttribute("aria-label", PlanPage.say(element.dataset.label));
  });
  document.querySelector("[data-fact=name]").textContent = facts.name;
  var other = document.getElementById("language");
  other.textContent = PlanPage.say("action.language");
  other.lang = PlanPage.language === "zh" ? "en" : "zh-CN";
  document.title = PlanPage.say(PlanPage.data.title, { name: facts.name });
  PlanPage.map.getContainer().setAttribute("aria-label", PlanPage.say("map.label"));
};
