using System.Security.Cryptography;
using System.Text;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>The hash that identifies a package; defined at <see cref="Inference.ModelPackage.Hash"/>.</summary>
internal static class PackageHash
{
    public static string Compute(byte[]? labels, byte[]? manifest, byte[]? metadata, byte[] model, byte[]? settings = null)
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
