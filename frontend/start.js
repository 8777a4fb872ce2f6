// Starts the page. It stands in a file of its own because the Content-Security-Policy allows no inline
// script. The names of the page's files change with their content: Trunk writes them into a <meta>.

try {
  const names = document.querySelector('meta[name="app"]').content;
  const [js, wasm] = names.split(" ").map((name) => new URL(name, document.baseURI));
  const { default: start } = await import(js);
  await start({ module_or_path: wasm });
} catch (error) {
  document.getElementById("app").hidden = true;
  document.getElementById("start-error").textContent = String(error);
  document.getElementById("start-failed").hidden = false;
}
