/* Starts the editor in its own page. */
import { httpHost, mount } from "./editor.js";

const data = JSON.parse(document.getElementById("editor-data").textContent);
data.options.worker = new URL(data.options.worker, location.href).href;
mount(document.getElementById("editor"), httpHost(data.host), data.options).then((mounted) => {
  globalThis.gridplanEditor = mounted;
});
