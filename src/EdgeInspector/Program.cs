using EdgeInspector.Commands;
using EdgeInspector.Hosting;

NativeHeap.Calm();
return await CommandLine.RunAsync(args);
