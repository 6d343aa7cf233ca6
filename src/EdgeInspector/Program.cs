using EdgeInspector.Commands;
using EdgeInspector.Hosting;

NativeHeap.Calm();
OnnxTelemetry.Off();
return await CommandLine.RunAsync(args);
