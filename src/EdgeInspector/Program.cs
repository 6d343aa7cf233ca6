using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Commands;
using EdgeInspector.Hosting;

NativeHeap.Calm();
OnnxTelemetry.Off();
DecodingLimits.Impose();
return await CommandLine.RunAsync(args);
