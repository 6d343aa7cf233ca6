using System.Security.Cryptography;
using System.Text;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>The hash that identifies a package; defined at <see cref="Inference.ModelPackage.Hash"/>.</summary>
public static class PackageHash
{
    private const int ShownDigits = 12;

    /// <summary>The part of a hash that people read.</summary>
    /// <param name="hash">A hash, or the text that a file gives as its hash, which may be shorter.</param>
    public static string Shown(string hash) => hash[..Math.Min(ShownDigits, hash.Length)];

    internal static string Compute(byte[]? labels, byte[]? manifest, byte[]? metadata, byte[] model, byte[]? settings = null)
    {
        var text = new StringBuilder();
        Add("labels", labels);
        Add("manifest", manifest);
        Add("metadata", metadata);
        Add("model", model);
        Add("settings", settings);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())));

        void Add(string role, byte[]? content)
        {
            if (content is not null)
                text.Append(role).Append(' ').Append(Convert.ToHexStringLower(SHA256.HashData(content))).Append('\n');
        }
    }
}
