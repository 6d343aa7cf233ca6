namespace EdgeInspector.ModelStore.Packages;

/// <summary>One recognised file of a package, as it came.</summary>
/// <param name="Name">File name without folder.</param>
/// <param name="Content">Its bytes.</param>
public sealed record PackageFile(string Name, ReadOnlyMemory<byte> Content);
