namespace EdgeInspector.Web.Users;

/// <summary>Somebody who may sign in.</summary>
/// <param name="Name">The name, in any case: 1 to 64 printable characters.</param>
/// <param name="Role">What the user may do.</param>
/// <param name="Password">The password as ASP.NET Core's hasher keeps it (PBKDF2, a salt for each user).</param>
/// <param name="Since">When the user was added, or got the present password.</param>
public sealed record User(string Name, Role Role, string Password, DateTimeOffset Since)
{
    /// <summary>Changes with the password and the role, so that an earlier sign-in ends.</summary>
    internal string Stamp => Convert.ToHexString(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{Role}|{Password}")));
}
