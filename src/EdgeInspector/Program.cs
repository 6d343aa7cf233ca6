using EdgeInspector.Commands;

return await CommandLine.RunAsync(args);
