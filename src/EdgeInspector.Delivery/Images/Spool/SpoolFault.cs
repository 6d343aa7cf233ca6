using System.Text.RegularExpressions;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>Says why a picture could not be written, and how to mend that, in words that do not change from file to file.</summary>
internal static partial class SpoolFault
{
    /// <summary>One sentence or two for <c>state</c>.</summary>
    public static string Explain(Exception fault, string folder)
    {
        if (DiskFault.IsFull(fault))
            return $"The disk with the image spool '{folder}' is full. Free some space, or lower Images:SpoolMaxBytes.";
        string cause = fault switch
        {
            UnauthorizedAccessException => "access is denied",
            _ when DiskFault.IsReadOnly(fault) => "the disk is read-only",
            _ when !Directory.Exists(folder) => "the folder can't be made",
            _ => WithoutNames(fault.Message),
        };
        return $"Pictures of parts can't be written to the image spool '{folder}': {cause}. "
            + "Check that the disk is there and that the service's user may write.";
    }

    // The message names the file, and would differ for every picture.
    private static string WithoutNames(string message) => QuotedName().Replace(message, "").TrimEnd(' ', ':', '.');

    [GeneratedRegex(@"\s*'[^']*'|\s*""[^""]*""")]
    private static partial Regex QuotedName();
}
