using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Commands;
using EdgeInspector.Hosting;
using EdgeInspector.Printing;

Terminal.Guard();
NativeHeap.Calm();
OnnxTelemetry.Off();
DecodingLimits.Impose();
return await CommandLine.RunAsync(args);
