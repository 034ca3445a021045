// Preloaded into a process that is measured: it tells over IPC what it has used, and ends with the bench.
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() });
});
process.on("disconnect", () => process.exit());
process.channel?.unref();
