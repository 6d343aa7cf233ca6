using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Cli;
using EdgeInspector.Hosting.Lifetime;
using EdgeInspector.Printing;

Terminal.Guard();
NativeHeap.Calm();
OnnxTelemetry.Off();
DecodingLimits.Impose();
return await CommandLine.RunAsync(args);
