using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Foundation.Files;
using Microsoft.AspNetCore.Identity;

namespace EdgeInspector.Web.Users;

/// <summary>
/// <c>users.json</c> in the data folder: who may sign in to the console. Looked at on each use, so that the command line changes it under a
/// running agent. Thread-safe.
/// </summary>
/// <param name="dataFolder">The agent's data folder.</param>
public sealed class UserFile(string dataFolder)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "users.json";

    /// <summary>A password has at least so many characters.</summary>
    public const int FewestCharacters = 10;

    /// <summary>A password or a name has at most so many: a hash of more would cost the line's time.</summary>
    public const int MostCharacters = 256;

    private const int MostNameCharacters = 64;
    private const int MostUsers = 500;
    private const int MostBytes = 1024 * 1024;

    private static readonly PasswordHasher<string> Hasher = new();

    // Somebody who does not exist takes as long as somebody with a wrong password.
    private static readonly string Nobody = Hasher.HashPassword("", Guid.NewGuid().ToString());

    private readonly string _path = Path.GetFullPath(Path.Combine(dataFolder, FileName));

    // Each call of a page asks; the file is read again when it has changed.
    private volatile KnownUsers? _known;

    /// <summary>The users, by name.</summary>
    /// <exception cref="UserFileException">The file can't be read; then nobody may sign in.</exception>
    public IReadOnlyList<User> Read()
    {
        try
        {
            var stamp = WriteStamp.Of(_path);
            if (stamp == default)
                return [];
            if (_known is not { } known || known.Stamp != stamp)
                _known = known = new KnownUsers(stamp, ReadFile());
            return known.List;
        }
        catch (JsonException damaged)
        {
            throw new UserFileException($"{_path} is damaged: {damaged.Message} Remove it, and add the users again.", damaged);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw new UserFileException($"{_path} can't be read: {fault.Message}", fault);
        }
    }

    /// <summary>Adds a user, or gives one another password and role.</summary>
    /// <returns>Why not, in a sentence; null: done.</returns>
    /// <exception cref="UserFileException">The file can't be read or written.</exception>
    public string? Add(string name, Role role, string password, DateTimeOffset now)
    {
        if (name.Length is 0 or > MostNameCharacters || name.Trim() != name || name.Any(char.IsControl))
            return $"'{name}' can't be a user's name; use 1 to {MostNameCharacters} characters without blanks at the ends.";
        if (!Enum.IsDefined(role))
            return $"There is no role {role}; there are: {string.Join(", ", Enum.GetNames<Role>()).ToLowerInvariant()}.";
        if (password.Length is < FewestCharacters or > MostCharacters)
            return $"A password has {FewestCharacters} to {MostCharacters} characters; this one has {password.Length}.";
        if (password.Equals(name, StringComparison.OrdinalIgnoreCase))
            return "The name can't be the password.";
        List<User> users = [.. Read().Where(user => !Is(user, name))];
        if (users.Count >= MostUsers)
            return $"There are {MostUsers} users already.";
        Write([.. users, new User(name, role, Hasher.HashPassword(name, password), now)]);
        return null;
    }

    /// <summary>Removes a user; false: there is none of this name.</summary>
    /// <exception cref="UserFileException">The file can't be read or written.</exception>
    public bool Remove(string name)
    {
        IReadOnlyList<User> users = Read();
        if (!users.Any(user => Is(user, name)))
            return false;
        Write([.. users.Where(user => !Is(user, name))]);
        return true;
    }

    /// <summary>The user of this name; null: there is none.</summary>
    /// <exception cref="UserFileException">The file can't be read.</exception>
    public User? Find(string name) => Read().FirstOrDefault(user => Is(user, name));

    /// <summary>The user whose name and password these are; null: they are nobody's. Takes some 50 ms in either case.</summary>
    /// <exception cref="UserFileException">The file can't be read.</exception>
    public User? Verify(string name, string password)
    {
        User? user = Find(name);
        bool isRight = Hasher.VerifyHashedPassword(name, user?.Password ?? Nobody, password) != PasswordVerificationResult.Failed;
        return isRight ? user : null;
    }

    internal static bool Is(User user, string name) => user.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool IsSound(User? user) => user is { Name.Length: > 0, Password.Length: > 0 } && Enum.IsDefined(user.Role);

    private IReadOnlyList<User> ReadFile()
    {
        FileFacts.Demand(_path);
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > MostBytes)
            throw new UserFileException($"{_path} is larger than {MostBytes} bytes, so that the agent did not write it.");
        Users? users = JsonSerializer.Deserialize(file, UserJson.Readable.Users);
        return users is { Version: 1, List: { } list } && list.All(IsSound)
            ? list
            : throw new UserFileException($"{_path} does not say what it should. Remove it, and add the users again.");
    }

    private void Write(IReadOnlyList<User> users)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            // Nobody else's business: a hash can be tried out at leisure.
            if (!OperatingSystem.IsWindows())
                File.Create(_path + ".new").Dispose();
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(_path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            AtomicFile.Write(
                _path, JsonSerializer.SerializeToUtf8Bytes(new Users(1, users), UserJson.Readable.Users), Durability.PowerCut);
            _known = null;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw new UserFileException($"{_path} can't be written: {fault.Message}", fault);
        }
    }
}

/// <summary>The users can't be read or written; the message says why and what to do.</summary>
public sealed class UserFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What was read of the file when it was last written.</summary>
internal sealed record KnownUsers(WriteStamp Stamp, IReadOnlyList<User> List);

/// <summary>The content of the file.</summary>
internal sealed record Users(int Version, [property: JsonPropertyName("users")] IReadOnlyList<User> List);

[JsonSerializable(typeof(Users))]
internal sealed partial class UserJson : JsonSerializerContext
{
    public static UserJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        MaxDepth = 8,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter<Role>(JsonNamingPolicy.CamelCase) },
    });
}
