using System.CommandLine;
using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary><c>models sign</c>: makes the detached signature of a package, on the machine with the private key.</summary>
internal static class SignCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "A zip, a folder, or an .onnx file." };
        var key = new Option<string>("--key")
        {
            Description = $"The private key (PEM, ECDSA P-256). For an encrypted one, set {PackageSignature.PasswordVariable}.",
            HelpName = "FILE",
            Required = true,
        };
        var command = new Command("sign", "Signs a package: writes PATH.sig beside it, to be brought along with it.") { path, key };
        command.SetAction(parsed => Run(parsed.GetValue(path)!, parsed.GetValue(key)!));
        return command;
    }

    private static int Run(string path, string key)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        ReadOutcome reading = ModelPackageReader.Read(full);
        if (reading.Package is not { } package)
            throw new RefusedException(reading.Problems);
        try
        {
            string? password = Environment.GetEnvironmentVariable(PackageSignature.PasswordVariable);
            File.WriteAllText(full + ".sig", PackageSignature.Sign(package.Hash, key, password, package.Name) + "\n");
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is SignatureException)
        {
            throw new RefusedException(fault.Message);
        }
        Console.Out.WriteLine($"{full}.sig signs {package.Name}, hash {package.Hash}");
        return ExitCode.Done;
    }
}
